"""What the scheduler wakes and what goes on beside the updates: reports, results, renewed cards."""
