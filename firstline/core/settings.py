"""Every setting of Firstline: name, default and help, declared once; docs/settings.md is generated from here."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from firstline.core.setting_names import EarlierNames, given_names, refuse_removed

PROJECT_ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Settings are read from the environment as ``FIRSTLINE_<NAME>``, or from a ``.env`` file."""

    model_config = SettingsConfigDict(env_prefix="FIRSTLINE_", env_file=".env", extra="ignore", populate_by_name=True)

    host: str = Field("127.0.0.1", description="Address the app listens on.")
    port: int = Field(
        8000,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("port", "FIRSTLINE_PORT", "PORT"),
        description="Port the app listens on; `PORT` sets it too.",
    )
    public_url: str = Field("", description="Address customers reach the app at; empty means http://HOST:PORT.")
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses and networks of the servers in front whose `X-Forwarded-For` counts, such as "
        "`10.1.0.0/16,127.0.0.1`; limits and log-in waits are kept by the address that they name.",
    )
    data_dir: Path = Field(
        PROJECT_ROOT / "var", description="Folder for everything Firstline makes: database, indexes, models, uploads."
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the database; empty means SQLite in the data folder."
    )
    redis_url: SecretStr = Field(
        SecretStr(""),
        description="Redis that several apps and bots share for live events and turns, such as "
        "`redis://:password@host:6379/0`; empty for one app with one bot.",
    )
    partners_dir: Path = Field(
        PROJECT_ROOT / "partners", description="Folder with one folder per partner; each holds its charter.yaml."
    )
    embedding_model: str = Field(
        "builtin",
        description="Embedding model: `builtin` (multilingual-e5-small, made from an installed package), "
        "a hub id, or a folder with a sentence-transformers model.",
    )
    embedding_threads: int = Field(1, ge=1, description="Threads one embedding call may use.")
    bot_url: str = Field("", description="Address of a bot that runs elsewhere; empty lets the app start its own.")
    bot_python: Path = Field(
        PROJECT_ROOT / ".venv-bot" / "bin" / "python", description="Python of the bot's own environment."
    )
    bot_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret shared by app and bot, 16 characters or more; empty makes one and keeps it in the "
        "data folder.",
    )
    bot_timeout_seconds: float = Field(8.0, gt=0, description="Longest wait for the bot's answer to one message.")
    turn_timeout_seconds: float = Field(
        40.0,
        gt=0,
        description="Longest time for a customer's message, all waiting included.",
    )
    bot_failures_before_pause: int = Field(5, ge=1, description="Failures of the bot in a row that begin a pause.")
    bot_pause_seconds: float = Field(5.0, ge=0, description="Pause in which a failing bot is asked nothing.")
    bot_concurrency: int = Field(
        5, ge=1, description="Messages that the app sends and the bot answers at the same time; others wait in line."
    )
    bot_worse_margin: float = Field(
        0.01,
        ge=0,
        le=1,
        description="How much lower the share of rightly routed messages of a newly trained bot may be, in either "
        "language, before it is refused.",
    )
    bot_queue: int = Field(200, ge=1, description="Messages that may wait for the bot before new ones get a sentence.")
    token_secret: SecretStr = Field(
        SecretStr(""), description="Secret behind customers' tokens; empty makes one and keeps it in the data folder."
    )
    token_secret_before: SecretStr = Field(
        SecretStr(""), description="The secret that `FIRSTLINE_TOKEN_SECRET` replaced; what it signed still counts."
    )
    token_hours: int = Field(
        168, ge=1, description="Hours for which a customer's token counts; an open chat renews it by itself."
    )
    token_longest_days: int = Field(
        90, ge=1, description="Days after which a conversation's token is renewed no more; a new chat begins then."
    )
    agent_capacity: int = Field(4, ge=0, le=100, description="Cases an agent takes at once, unless a lead says else.")
    agent_gone_seconds: int = Field(
        120, ge=60, description="Seconds without a sign of life after which an agent's browser counts as dead."
    )
    agent_idle_minutes: int = Field(
        10, ge=1, description="Minutes without the agent after which a case goes back into the queue."
    )
    left_hours: int = Field(
        24, ge=1, description="Hours of silence after the bot's answer after which a customer without a case has left."
    )
    staff_session_hours: int = Field(12, ge=1, description="Hours after which staff log in again, whatever they did.")
    staff_idle_minutes: int = Field(
        240, ge=5, description="Minutes without a call after which a staff session ends; an open desk keeps calling."
    )
    login_free_attempts: int = Field(
        5,
        ge=1,
        description="Failed log-ins of an account before the next has to wait; four times as many per address.",
    )
    login_delay_seconds: int = Field(
        10, ge=1, description="First wait after too many failed log-ins; each further failure doubles it."
    )
    login_longest_delay_seconds: int = Field(900, ge=1, description="Longest wait after failed log-ins.")
    invitation_hours: int = Field(72, ge=1, description="Hours for which an invitation link sets a password.")
    oidc_issuer: str = Field(
        "",
        description="Issuer of an OpenID Connect provider by which staff may log in, such as "
        "`https://login.microsoftonline.com/TENANT/v2.0`; empty offers the password alone.",
    )
    oidc_client_id: str = Field("", description="Client id that the provider gave to Firstline.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Secret of that client.")
    oidc_name: str = Field("", max_length=40, description="The provider's name on the log-in button.")
    messages_per_minute: int = Field(120, ge=1, description="Messages one conversation may send a minute.")
    conversations_per_minute: int = Field(
        600, ge=1, description="Conversations one address may start a minute; a whole office may come from one address."
    )
    message_max_chars: int = Field(20_000, ge=100, description="Longest message a customer may send.")
    upload_max_bytes: int = Field(10_000_000, ge=1000, description="Largest file that may be sent, in bytes.")
    upload_max_files: int = Field(20, ge=0, description="Files one conversation may hold; 0 allows none.")
    upload_kinds: str = Field(
        "png,jpg,gif,webp,heic,pdf,docx,xlsx,pptx,hwp,hwpx,msg,text",
        description="Kinds of files that may be sent, told by their content; `zip` is known too. `text` is any text.",
    )
    uploads_per_minute: int = Field(20, ge=1, description="Files one conversation, and one address, may send a minute.")
    upload_scanner: str = Field(
        "",
        description="Scanner for files: a command that gets the path and exits with 0 (clean) or 1 (infected), such as "
        "`clamdscan --no-summary --fdpass`, or an `http(s)://` address; empty scans nothing.",
    )
    upload_scan_seconds: float = Field(30.0, gt=0, description="Longest wait for the scanner's verdict on one file.")
    bot_reads_chars: int = Field(1_500, ge=100, description="How much of a long message the bot reads.")
    health_report_minutes: int = Field(
        30, ge=1, description="Minutes in which customers' reports of the same trouble count together."
    )
    health_report_threshold: int = Field(
        3, ge=1, description="Other customers with the same trouble from which the bot speaks of a possible outage."
    )
    training_offer_after: int = Field(
        4, ge=1, description="How-to questions of one conversation after which training is offered, once."
    )
    credit_lead_days: int = Field(
        5, ge=0, description="Days before a service credit's deadline by which customers are asked to send everything."
    )
    smtp_host: str = Field("", description="Mail server that takes notices; empty sends no e-mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is encrypted: `starttls`, `tls` or `none`."
    )
    smtp_username: str = Field("", description="User name at the mail server; empty logs in nowhere.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_from: str = Field("", description="Address that notices come from; needed with `FIRSTLINE_SMTP_HOST`.")
    smtp_timeout_seconds: float = Field(
        20.0, gt=0, le=50, description="Longest wait for each answer of the mail server."
    )
    outgoing_allowed: str = Field(
        "",
        description="Host names and networks inside the own network that webhooks and help desks may stand at, such as "
        "`hooks.internal,10.1.0.0/16`; all other private addresses are refused.",
    )
    outgoing_timeout_seconds: float = Field(
        10.0, gt=0, le=50, description="Longest time one call of a webhook or a help desk may take."
    )
    helpdesk_follow_minutes: int = Field(
        5,
        ge=1,
        description="Minutes after which an open case is looked at in the partner's help desk though no webhook came.",
    )
    notice_attempts: int = Field(10, ge=1, description="Attempts after which a notice counts as undeliverable.")
    notice_delay_seconds: float = Field(
        10.0, gt=0, description="First wait after a failed attempt; each further failure doubles it."
    )
    notice_longest_delay_seconds: float = Field(7200.0, gt=0, description="Longest wait between two attempts.")
    notice_retention_days: int = Field(
        90, ge=1, description="Days after which notices that were sent or given up are deleted from the outbox."
    )
    transcript_link_days: int = Field(14, ge=1, description="Days for which a mail's link opens the transcript.")
    retention_days: int = Field(
        0,
        ge=0,
        description="Days after its last change from which a closed conversation is erased but for figures; 0 keeps "
        "conversations for ever.",
    )
    log_level: str = Field("INFO", description="Log level: DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(False, description="One JSON object a line instead of readable lines.")
    otlp_endpoint: str = Field(
        "",
        description="Receiver of OpenTelemetry traces by OTLP over HTTP, such as `http://collector:4318/v1/traces`; "
        "empty sends none. Needs the packages of the extra `tracing`.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look under earlier names last."""
        given = (init_settings, env_settings, dotenv_settings, file_secret_settings)
        return (*given, EarlierNames(settings_cls))

    @property
    def embedding_dir(self) -> Path:
        """Folder with ``model.onnx``, ``tokenizer.json`` and ``encoder.json``, read by the app and by the bot."""
        return self.data_dir / "models" / "embedding"

    @property
    def index_dir(self) -> Path:
        """Folder with one search index per partner."""
        return self.data_dir / "index"

    @property
    def image_dir(self) -> Path:
        """Folder with the pictures of articles, one folder a partner."""
        return self.data_dir / "images"

    @property
    def upload_dir(self) -> Path:
        """Folder with the files that customers and agents sent."""
        return self.data_dir / "uploads"

    @property
    def bot_dir(self) -> Path:
        """Folder with the trained bot and its tracker database."""
        return self.data_dir / "bot"

    @property
    def resolved_database_url(self) -> str:
        """The database's address, SQLite in the data folder unless one was given."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'firstline.db'}"

    @property
    def tracker_address(self) -> str:
        """Where the bot keeps its trackers: with PostgreSQL beside the app's tables, else a file of its own."""
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql://{rest}" if scheme.startswith("postgresql") else str(self.bot_dir / "tracker.db")

    @property
    def base_url(self) -> str:
        """Address customers reach the app at, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process's settings, read once; raises ``SetupIncomplete`` where one is set that is gone."""
    refuse_removed(given_names())
    return Settings()
