"""The pages of who leads: the own days, the answer to a question, papers to take along."""
