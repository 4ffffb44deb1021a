"""What endpoints ask for: the shop itself, and who is calling."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from reference_shop import clock
from reference_shop.domain import sessions, users
from reference_shop.domain.users import User
from reference_shop.errors import ShopError
from reference_shop.shop import Shop

bearer = HTTPBearer(auto_error=False, description="The token that logging in returns.")

Id = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
"""An id in a path. One that no thing can have is answered like one that no thing has."""


async def the_shop(request: Request) -> Shop:
    """Return the shop that serves this request."""
    shop: Shop = request.app.state.shop
    return shop


TheShop = Annotated[Shop, Depends(the_shop)]


def current_user(
    shop: TheShop, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> User:
    """Return who is calling. Raises 401 `unauthorized`, or 403 `banned` with the end of the ban."""
    now = clock.now()
    session = (
        sessions.read(shop.settings.session_secret, credentials.credentials, now) if credentials else None
    )
    if session is None:
        raise unauthorized()
    with shop.database.transaction() as connection:
        user = users.find(connection, session.user_id)
    if user is None or user.session_epoch != session.epoch:
        raise unauthorized()
    users.refuse_banned(user, now)
    return user


CurrentUser = Annotated[User, Depends(current_user)]


def current_admin(user: CurrentUser) -> User:
    """Return who is calling if they run the shop; raises 403 `forbidden` otherwise."""
    if not user.is_admin:
        raise ShopError(403, "forbidden", "Only the shop's administrators may do this.")
    return user


CurrentAdmin = Annotated[User, Depends(current_admin)]


def unauthorized() -> ShopError:
    """Nobody is logged in, or no longer."""
    return ShopError(401, "unauthorized", "Please log in to do this.", headers={"WWW-Authenticate": "Bearer"})
