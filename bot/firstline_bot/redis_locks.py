"""Rasa's locks on Redis, at one address instead of its parts."""

from typing import Any

from rasa.core.lock_store import DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX, LockStore, RedisLockStore

_ANSWER_SECONDS = 2.0


class RedisLocks(RedisLockStore):
    """Rasa's store of ticket locks on the Redis at `endpoint_config.url`."""

    def __init__(self, endpoint_config: Any) -> None:
        """Prepare the client; Redis is asked with the first lock. Raises ValueError for a bad address."""
        import redis

        self.red = redis.StrictRedis.from_url(
            endpoint_config.url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS
        )
        self.key_prefix = "firstline:" + DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX
        LockStore.__init__(self)
