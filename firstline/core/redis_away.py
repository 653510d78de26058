"""What a call to Redis raises when it is not there, or goes away meanwhile."""

from redis.exceptions import RedisError

REDIS_AWAY = (RedisError, OSError, RuntimeError)
"""``RuntimeError`` is uvloop's word for a line that broke a moment before something was written to it."""
