"""aiogram's updates translated into values of our own."""
