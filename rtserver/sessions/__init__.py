"""Who is signed in here: admitted, revalidated, and told when rights change."""
