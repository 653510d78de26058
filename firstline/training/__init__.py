"""Who would gain from training: adoption figures, how-to questions a seat, courses, letters, before and after."""
