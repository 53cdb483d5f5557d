"""One function for each thing an official does: plain arguments in, events proposed to the keeper, `Written` out.

``who`` are the officials who do it, one or two, each with the desk where they stand. ``round_`` 0 means the current
round; a form names the round that it was printed for. ``token`` is the form's own name: the same one again changes
nothing and gives the first answer. Every function raises the `Refusal` of the rule that stands in the way.
"""
