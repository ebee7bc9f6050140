from han_attention.text.count_ratios import log_count_ratios as log_count_ratios
from han_attention.text.encoding import encode_documents as encode_documents
from han_attention.text.encoding import encode_texts as encode_texts
from han_attention.text.preprocessor import TextPreprocessor as TextPreprocessor
from han_attention.text.ragged import EncodedDocuments as EncodedDocuments
from han_attention.text.ragged import EncodedTexts as EncodedTexts
from han_attention.text.sentences import split_sentences as split_sentences
from han_attention.text.tokenizer import Encoding as Encoding
from han_attention.text.tokenizer import Tokenizer as Tokenizer
from han_attention.text.vectors.word_vectors import WordVectors as WordVectors
from han_attention.text.vectors.word_vectors import (
    load_word_vectors as load_word_vectors,
)
from han_attention.text.vectors.word_vectors import (
    train_word_vectors as train_word_vectors,
)
