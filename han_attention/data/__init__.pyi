from han_attention.data.dataset import TextDataset as TextDataset
from han_attention.data.datasets import load_dataset as load_dataset
from han_attention.data.demo import make_demo_reviews as make_demo_reviews
from han_attention.data.imdb import load_imdb as load_imdb
from han_attention.data.keras_imdb import load_keras_imdb as load_keras_imdb
from han_attention.data.load import load_csv as load_csv
from han_attention.data.load import load_folder as load_folder
from han_attention.data.load import load_jsonl as load_jsonl
from han_attention.data.readers.trained_columns import (
    TrainedColumns as TrainedColumns,
)
from han_attention.data.text_files import TextFiles as TextFiles
