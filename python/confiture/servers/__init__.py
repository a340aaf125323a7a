"""Throwaway databases on real PostgreSQL servers, into which texts are loaded to see what comes of them."""
