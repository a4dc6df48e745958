"""Which incident each part of a report belongs to: a deterministic state machine over one ordered input.

    decide(ledger, record, stamp) -> events      pure; reads the ledger, never changes it
    apply(ledger, event)                         folds an event into the ledger; the only thing that changes it

The ledger holds nothing but the fold of its own events, so a lost one is rebuilt from news.events.
"""
