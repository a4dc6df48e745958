"""Asks an endpoint that speaks the chat completions protocol of OpenAI, and reads its answer against the article."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.article import Article
from schemas.ids import text_hash
from schemas.report import ParserInfo, Report
from services.parser.extractors.chat.answer import drafts
from services.parser.extractors.chat.schema import answer_schema
from services.parser.extractors.contract import RANK, Failed, Options
from services.parser.parse import Analysis, Context, Parser, assembled
from services.parser.read import Reading

VERSION = "1"
MAX_ANSWER = 2_000_000  # bytes
MAX_ASKED = 40_000  # characters of the body


def create(options: Options, parser: Parser) -> "ChatExtractor":
    """The factory behind the entry point "chat". Raises ValueError where url or model is missing."""
    if not options.url.startswith(("http://", "https://")) or not options.model:
        raise ValueError("the extractor chat needs SITREP_EXTRACTOR_URL (http or https) and SITREP_EXTRACTOR_MODEL")
    return ChatExtractor(options, parser)


@dataclass(frozen=True)
class ChatExtractor:
    options: Options
    parser: Parser

    @property
    def info(self) -> ParserInfo:
        """The version tells model and prompt apart, so that a change of either makes other reports."""
        wording = text_hash(prompt(), json.dumps(answer_schema(), sort_keys=True))[:8]
        return ParserInfo(name="chat", version=f"{VERSION}.{self.options.model}.{wording}", rank=RANK)

    def extract(self, article: Article, rules: Analysis) -> Report:
        """Raises Failed where the endpoint does not answer, or answers something else."""
        assert rules.context is not None
        found, warnings = drafts(self._ask(rules.context), rules.context)
        heard = rules.reading.heard if rules.reading else ()
        reading = Reading(tuple(found), tuple(draft.event for draft in found), heard)
        return assembled(rules.context, reading, self.parser, self.info, warnings)

    def _ask(self, context: Context) -> str:
        """The content of the first choice."""
        reply = self._post(json.dumps(request(context, self.options.model)).encode())
        try:
            content = json.loads(reply)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            raise Failed(f"no completion in the answer: {type(error).__name__}") from None
        if not isinstance(content, str):
            raise Failed("no text in the completion")
        return content

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "User-Agent": "sitrep"}
        if self.options.key:
            headers["Authorization"] = f"Bearer {self.options.key}"
        url = self.options.url.rstrip("/") + "/chat/completions"
        asked = urllib.request.Request(url, body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=self.options.timeout_s) as answer:
                data: bytes = answer.read(MAX_ANSWER + 1)
        except urllib.error.HTTPError as error:
            raise Failed(f"the endpoint answers {error.code}") from None
        except (OSError, ValueError) as error:
            raise Failed(f"no answer from the endpoint: {error}") from None
        if len(data) > MAX_ANSWER:
            raise Failed(f"an answer of more than {MAX_ANSWER} bytes")
        return data


def request(context: Context, model: str) -> dict[str, Any]:
    """The body of the request: the same for the same article and model."""
    layout = context.layout
    text = f"Title: {layout.title.text}\n\nBody:\n{layout.body.text[:MAX_ASKED]}"
    schema = {"name": "statements", "strict": True, "schema": answer_schema()}
    return {
        "model": model, "temperature": 0, "seed": 1,
        "messages": [{"role": "system", "content": prompt()}, {"role": "user", "content": text}],
        "response_format": {"type": "json_schema", "json_schema": schema},
    }  # fmt: skip


@cache
def prompt() -> str:
    return (Path(__file__).parent / "prompt.txt").read_text("utf-8")
