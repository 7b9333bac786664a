"""The rooms of lessons: who is in them, and what they tell each other there."""
