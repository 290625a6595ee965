"""Papers for a visit: plain data of their own, then a PDF or a page of it.

`sheets` and `days` read what trainers need, `certified` and `issuing` what schools get; `paper` says what a paper is
made of, `pdf` writes it. Words stand in the language that is active.
"""
