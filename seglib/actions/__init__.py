"""What to do, and with whom."""

from seglib.actions.playbook import recommend_actions

__all__ = ["recommend_actions"]
