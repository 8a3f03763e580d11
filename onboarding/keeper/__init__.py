"""The keeper of the journal: signs where each chain ends, has it witnessed, purges what is past its term."""
