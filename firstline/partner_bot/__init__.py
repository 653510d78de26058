"""What a partner adds to the bot without code: its own texts, tone and intents, checked with file and line."""

from firstline.partner_bot.check import check_folder
from firstline.partner_bot.document import Finding
from firstline.partner_bot.registry import PartnerBots

__all__ = ["Finding", "PartnerBots", "check_folder"]
