"""A self-hosted support front line for cloud-solution partners."""
