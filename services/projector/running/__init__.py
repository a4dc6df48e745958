"""The view of an incident kept up to date: an event costs what it touches, not what the incident holds.

Each module here keeps one part of what `assess` computes from scratch, entry by entry in and out; `board` puts the
parts together. The view is the same, byte for byte: tests/projector compares the two over any sequence of events.
"""
