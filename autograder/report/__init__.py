"""How an assignment went: which questions were hard, which mistakes common, which tests odd."""
