from headwater.library.models.articles import Article
from headwater.library.models.codes import CodeUse, ResourceCode
from headwater.library.models.comments import Comment
from headwater.library.models.pieces import Category, Tag
from headwater.library.models.resources import Download, Resource
from headwater.library.models.tips import Tip, TipDone

__all__ = [
    "Article",
    "Category",
    "CodeUse",
    "Comment",
    "Download",
    "Resource",
    "ResourceCode",
    "Tag",
    "Tip",
    "TipDone",
]
