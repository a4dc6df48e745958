"""Texts made to cost a parser time: each of about 100 kB unless its name says otherwise. Nothing in them is real."""

from collections.abc import Mapping

SIZE = 100_000
SENTENCE = "Rebels shelled the town of Brodnik on Monday and killed three people, the mayor of Osk, Ann Hart, said. "
NAMES = ("Brodnik", "Osk", "Paris", "Newtown", "San José", "Newport", "Santa Maria", "Al-Hasa", "Kirkby", "St. Rémy")


def filled(piece: str, size: int = SIZE) -> str:
    """The piece over and over, cut to `size` characters."""
    return (piece * (size // len(piece) + 1))[:size]


def hostile_texts() -> Mapping[str, str]:
    """Name -> body, in a fixed order."""
    places = ", ".join(f"{NAMES[n % len(NAMES)]} {chr(65 + n % 26)}" for n in range(1_000))
    towns = ", ".join(NAMES[n % len(NAMES)] for n in range(9_000))
    people = " ".join(f"Mayor Ann {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}rt said. " for n in range(4_000))
    return {
        "a roundup of a thousand items": "\n\n".join(f"Item {n}: {SENTENCE}" for n in range(900)),
        "an article of 100 kB": filled(SENTENCE),
        "one sentence of 100 kB": filled("rebels killed three people and wounded five in Brodnik and "),
        "one clause inside the other": filled("the mayor said that the governor denied that ") + SENTENCE,
        "one relative clause inside the other": filled("the man who hit the man who "),
        "ten thousand numbers": " ".join(str(n) for n in range(10_000, 25_000)) + " people were killed.",
        "numbers in words": filled("twenty-one hundred and thirty thousand four "),
        "ten thousand figures": filled("12 killed, 13 injured, at least 14 of the 15 missing, another four, "),
        "opened quotations": "“" * SIZE,
        "opened and closed quotations": filled("“He said ‘they said “we said” so’ there” "),
        "plain quotation marks": filled('" said "'),
        "parentheses": "(" * (SIZE // 2) + "x" + ")" * (SIZE // 2),
        "parentheses around words": filled("(rebels (said (that ") + ")" * 1_000,
        "a thousand place names": f"Rebels shelled {places}.",
        "nine thousand towns": f"Rebels shelled {towns}.",
        "four thousand mayors": people,
        "a million spaces": "Rebels shelled Brodnik." + " " * 1_000_000 + "Police said so.",
        "fifty thousand line ends": "Rebels shelled Brodnik.\n" * 4_000 + "\n" * 50_000,
        "one word": "a" * SIZE,
        "one word with hyphens": filled("state-"),
        "one word of capitals": "A" * SIZE,
        "an article in capitals": filled(SENTENCE.upper()),
        "initials": filled("A.B. "),
        "stops": "." * SIZE,
        "dates": filled("on 5 March 2031 at 10:15 GMT, since January 2030, last Monday night, 12-14 May, "),
        "combining marks": "a" + "\u0301" * SIZE,
        "marks on every letter": filled("e\u0301\u0323\u0308"),
        "right to left": filled("\u202eقال المحافظ \u2067rebels\u2069 "),
        "emoji": filled("👩‍👩‍👧‍👦 rebels 🇳🇴 "),
        "invisible characters": filled("re\u00adbels\u200b said\ufeff "),
        "controls": filled("\x00\x01rebels\x0b\x0c said\x1f "),
        "astral letters": filled("𝐫𝐞𝐛𝐞𝐥𝐬 𝗸𝗶𝗹𝗹𝗲𝗱 "),
        "ligatures": filled("ﬀ İstanbul ǅ ß "),
        "open tags": "<p" * (SIZE // 2),
        "nested tags": "<div>" * 10_000 + SENTENCE + "</div>" * 10_000,
        "open comments": "<!--" * (SIZE // 4),
        "entities": filled("&amp;amp;&#x41;&lt;p&gt; "),
        "a link": "https://" + filled("a/b?c=d&"),
        "time stamps": "\n\n".join(f"{n % 24:02}:{n % 60:02} GMT\n\n{SENTENCE}" for n in range(900)),
        "labels": filled("Norway: Sweden: Police: Army: "),
        "alternating case": filled("rEbElS sHeLlEd BrOdNiK. "),
        "commas": filled(", , the mayor, , "),
        "apostrophes": filled("'s ’s X's mayor's "),
        "corrections": "\n\n".join(f"Correction: {SENTENCE}" for _ in range(900)),
        "according to": filled("according to police, according to the mayor, "),
        "pronouns": filled("He said she said it said they denied that he "),
        "organisations": filled("The Northern River Legion Brigade Army Council of the Ministry of the Government of "),
        "tables": filled("| killed | 12 | injured | 13 |\n"),
    }  # fmt: skip
