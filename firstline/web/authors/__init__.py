"""The authors' API, by what is done: articles, answers, and files coming in and going out."""
