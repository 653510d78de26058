"""Looks an installation over and says what is wrong and what to do; changes nothing."""

from firstline.serve.doctor.examine import Examination, examine

__all__ = ["Examination", "examine"]
