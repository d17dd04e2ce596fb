"""The addresses as in demo mode, for one test."""

from hygie.config import urls
from hygie.portal.signin import signin_urls

urlpatterns = [*signin_urls("demo"), *urls.urlpatterns]
