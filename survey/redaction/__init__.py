"""Taking out of what somebody wrote whatever could tell who is meant. Pure.

A text is taken apart into words, numbers and signs once (``text_tokens.py``); patterns of tokens
(``token_patterns.py``), read by automata that never go back (``token_automaton.py``), say what
goes (``rule_sweep.py``). So a text that is twice as long takes twice the work, whatever it says.
"""
