"""The count rules for readers; `count_rows`, `count_filters` and `count_heads` carry them out and name them."""

from services.projector.rules.rule_text import RuleText

RULES: tuple[RuleText, ...] = (
    RuleText("L1", "the same speaker gives a later total in the same key and scope",
             "it replaces the former one, which goes to the history; an open figure or range that contains the "
             "standing figure replaces nothing; the same number sharpened leaves no history"),
    RuleText("L2", "the same, but lower",
             "it replaces only with a revision cue or from an author, duty or neutral voice; else it is kept beside, "
             "as a subset is, and moves no head"),
    RuleText("L3", "figures of different speakers overlap",
             "they are compatible; the governing row's figure is shown and the others support it"),
    RuleText("L4", "figures of different speakers do not overlap",
             "up to 12 hours apart: disputed, low to high spans both; further apart: the later governs and the other "
             "is an earlier figure. Parties and weak voices dispute nothing"),
    RuleText("L5", "another group or scope",
             "never compared; best and low stay with the widest scope, high adds parts told by other speakers; parts "
             "without a total: the largest is the low bound, their sum the high one"),
    RuleText("L6", "\"another 3\", \"three more\"",
             "added to the speaker's own total, else to the governing one of an author, duty or neutral voice, which "
             "it replaces; marked derived. Without a total to add to it only bounds from below. A party's or weak "
             "voice's is never added to another's total"),
    RuleText("L7", "one of the injured died",
             "as L6 for the dead; the same number is taken from the injured, if there is a total to take it from"),
    RuleText("L8", "an outlet's unsourced number equals an official's figure of up to 24 hours before or after",
             "an echo: no row"),
    RuleText("L9", "missing",
             "the newest word of the same speaker, or of any duty voice, replaces, downward and to 0 too; nobody's "
             "fate is derived"),
    RuleText("L10", "nobody: a zero",
             "a figure like any other; a number said later by anybody is a revision, a zero said after a number "
             "contradicts it by L4"),
    RuleText("L11", "a vague word: several, dozens, scores, hundreds",
             "at least 3, 24, 40, 200; no best; shown as the word"),
    RuleText("L12", "several rows",
             "among rows said up to 24 hours before the newest the highest rank governs: author, duty, neutral, "
             "ordinary, admission; then the later. An admission gives only its low bound. Only parties and weak "
             "voices: no best; claimed, or disputed where opposed sides differ, confirmed where they agree"),
    RuleText("G7", "relays of one speaker's words of one moment carry different figures",
             "the figure of the strict majority of outlets stands, the others are dropped as slips"),
)  # fmt: skip
