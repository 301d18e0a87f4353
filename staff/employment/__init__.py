"""How somebody is engaged, and what prepared a supervisor: reading the policy, training."""
