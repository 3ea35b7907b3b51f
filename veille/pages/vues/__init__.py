"""The pages themselves: each reads, lays out and answers; what they decide lives in pure files beside this folder."""
