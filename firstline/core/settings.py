"""Every setting of Firstline: name, default and help, declared once; docs/settings.md is generated from here."""

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    data_dir: Path = Field(
        PROJECT_ROOT / "var", description="Folder for everything Firstline makes: database, indexes, models, uploads."
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the database; empty means SQLite in the data folder."
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
    bot_concurrency: int = Field(8, ge=1, description="Messages that the app sends to the bot at the same time.")
    bot_queue: int = Field(200, ge=1, description="Messages that may wait for the bot before new ones get a sentence.")
    token_secret: SecretStr = Field(
        SecretStr(""), description="Secret behind customers' tokens; empty makes one and keeps it in the data folder."
    )
    staff_session_hours: int = Field(12, ge=1, description="Hours after which staff log in again.")
    login_attempts_per_minute: int = Field(10, ge=1, description="Log-in attempts per address and account a minute.")
    messages_per_minute: int = Field(60, ge=1, description="Messages one conversation may send a minute.")
    conversations_per_minute: int = Field(60, ge=1, description="Conversations one address may start a minute.")
    message_max_chars: int = Field(20_000, ge=100, description="Longest message a customer may send.")
    bot_reads_chars: int = Field(1_500, ge=100, description="How much of a long message the bot reads.")
    log_level: str = Field("INFO", description="Log level: DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(False, description="One JSON object a line instead of readable lines.")

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
    def bot_dir(self) -> Path:
        """Folder with the trained bot and its tracker database."""
        return self.data_dir / "bot"

    @property
    def resolved_database_url(self) -> str:
        """The database's address, SQLite in the data folder unless one was given."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'firstline.db'}"

    @property
    def base_url(self) -> str:
        """Address customers reach the app at, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()
