"""Other languages than English: an empty report with the language and a warning, never a dead letter."""

import json

import pytest

from schemas.codec import REPORTS
from schemas.report import Report
from services.parser.language import LANGUAGES, language_of
from services.parser.parse import Parser, parse
from services.parser.step import pack, work
from services.runtime.records import Record
from tests.parser.test_parse import check, made

SENTENCES = {
    "de": "Bewaffnete haben nach Angaben der Polizei in der Nacht das Dorf beschossen. Drei Menschen wurden verletzt.",
    "fr": "Des hommes armés ont attaqué le village dans la nuit, selon la police. Trois personnes ont été blessées.",
    "es": "Hombres armados atacaron el pueblo durante la noche, según la policía. Tres personas resultaron heridas.",
    "it": "Uomini armati hanno attaccato il villaggio nella notte, secondo la polizia. Tre persone sono ferite.",
    "pt": "Homens armados atacaram a aldeia durante a noite, segundo a polícia. Três pessoas ficaram feridas.",
    "nl": "Gewapende mannen hebben volgens de politie 's nachts het dorp aangevallen. Drie mensen raakten gewond.",
    "pl": "Uzbrojeni mężczyźni zaatakowali w nocy wioskę, podała policja. Trzy osoby zostały ranne.",
    "ru": "Вооружённые люди ночью обстреляли деревню, сообщила полиция. Три человека получили ранения.",
    "uk": "Озброєні люди вночі обстріляли село, повідомила поліція. Троє людей дістали поранення.",
    "tr": "Polise göre silahlı kişiler gece köye saldırdı. Üç kişi yaralandı, evler hasar gördü.",
    "ar": "هاجم مسلحون القرية ليلا بحسب الشرطة. وأصيب ثلاثة أشخاص بجروح ونقلوا إلى المستشفى.",
    "he": "חמושים תקפו את הכפר בלילה, כך מסרה המשטרה. שלושה בני אדם נפצעו ופונו לבית החולים.",
    "el": "Ένοπλοι επιτέθηκαν στο χωριό τη νύχτα, σύμφωνα με την αστυνομία. Τρεις άνθρωποι τραυματίστηκαν.",
    "hi": "पुलिस के अनुसार हथियारबंद लोगों ने रात में गाँव पर हमला किया। तीन लोग घायल हुए।",
    "zh": "警方表示，武装人员夜间袭击了这个村庄，三人受伤，已被送往医院。",
    "ja": "警察によると、武装した男たちが夜間に村を襲撃し、3人が負傷した。",
    "ko": "경찰에 따르면 무장한 남성들이 밤사이 마을을 공격해 세 명이 다쳤다.",
    "sv": "Beväpnade män angrep byn under natten, enligt polisen. Tre människor skadades och fördes till sjukhus.",
    "fi": "Aseistautuneet miehet hyökkäsivät kylään yöllä, poliisi kertoo. Kolme ihmistä loukkaantui.",
}


def empty(report: Report, language: str) -> None:
    assert report.language == language
    assert report.warnings == (f"language {language}: only English is parsed",)
    assert (report.groups, report.occurrences, report.assertions) == ((), (), ())


@pytest.mark.parametrize("language", SENTENCES)
def test_a_language_that_nobody_stated_is_recognised(language: str, parser: Parser) -> None:
    article = made(SENTENCES[language], language=None)
    report = parse(article, parser)
    check(report, article)
    empty(report, language)


@pytest.mark.parametrize("language", SENTENCES)
def test_it_is_a_record_of_reports_and_no_dead_letter(language: str) -> None:
    value = json.dumps({"id": f"a/{language}", "body": SENTENCES[language], "title": SENTENCES[language][:30]}).encode()
    report = REPORTS.decode(work(pack(Record("news.articles", 0, 1, 1_930_000_000_000, b"k", value, ()))))
    assert isinstance(report, Report)
    empty(report, language)


@pytest.mark.parametrize("stated", ["de", "de-AT", "DE", "xx", "tlh", "zh-Hant-TW"])
def test_the_stated_language_is_believed(stated: str, parser: Parser) -> None:
    report = parse(made("Rebels shelled the town of Brodnik and killed three people.", language=stated), parser)
    assert report.warnings
    assert not report.assertions


@pytest.mark.parametrize("stated", ["en", "en-GB", "EN", None])
def test_english_is_read(stated: str | None, parser: Parser) -> None:
    body = "Rebels shelled the town of Brodnik on Monday and killed three people, the mayor said."
    assert parse(made(body, language=stated), parser).assertions


@pytest.mark.parametrize(
    "body",
    [
        "ROCKETS HIT THE TOWN OF BRODNIK ON MONDAY, KILLING THREE PEOPLE AND WOUNDING FIVE, POLICE SAID.",
        "Three dead.",
        "12:15 GMT: 3 dead",
        "Ministern Håkan Öberg",
        "Rebels shelled Brodnik. “C’est terrible”, said the mayor, who called on people to leave the town at once.",
    ],
)
def test_english_of_other_shapes_is_not_taken_for_another_language(body: str) -> None:
    assert language_of(body) == "en"


@pytest.mark.parametrize("body", ["", "...", "😀" * 50, "12 34 56 " * 30, "\u200b" * 100])
def test_a_text_without_words_has_some_language(body: str) -> None:
    assert language_of(body) in LANGUAGES
