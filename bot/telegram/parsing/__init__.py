"""aiogram's updates translated into values."""
