"""Sessions here: admitted, revalidated, and told when rights change."""
