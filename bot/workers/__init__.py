"""Several processes of one bot: which of them has which chat, and what they tell each other."""
