"""`python -m han_attention` is the command line `han-attention`."""

from han_attention.cli import main

if __name__ == "__main__":
    main()
