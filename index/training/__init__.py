"""How the passage reader is taught: from files of questions to small weights and a card about them."""
