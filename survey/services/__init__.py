"""What people, facilitators, secretariat and operator can do: one method for each act."""
