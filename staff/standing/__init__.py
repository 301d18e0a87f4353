"""What a policy knows somebody as: worker categories over time, and the dates that its phases are counted from."""
