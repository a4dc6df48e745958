"""The language of a text, among those that newsrooms meet. Pure: the model is a packaged constant."""

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
MAX_READ = 4_000
SHORT = 40
DEFAULT = "en"


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier


def prepare() -> None:
    """Load the model now, so that the first text does not wait for it."""
    _identifier()


def language_of(text: str) -> str:
    """ISO 639-1 code. A few words of Latin script say too little: English."""
    sample = text[:MAX_READ]
    letters = sum(1 for c in sample if c.isalpha())
    if letters < SHORT and all(ord(c) < 0x250 for c in sample if c.isalpha()):
        return DEFAULT
    if sample.isupper():
        sample = sample.lower()  # headlines in capitals look like another language
    return str(_identifier().classify(sample)[0])
