"""How many children somebody holds and what they weigh, beside the policy's guide, which never refuses."""
