"""Which occurrences are one, kept up to date: the partition that `clusters.cluster` gives, moved where it must be.

Placed occurrences: connected shapes. Unplaced ones join in the order of their ids where just one cluster fits. Their
order hardly ever matters: where two placed clusters fit each stays alone, where one fits and nothing else could come
up all join it, and only the rest is gone through in order.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from services.projector.running.shapes import Shape

Home = Hashable
"""The name of a cluster as long as it lives; not its id in the view."""

Fate = tuple[str, Home | None]
"""Of an unplaced shape: alone, joined to a home, or open: decided in order."""


class Partition:
    """The home of each shape that is placed, and the fate of each that is not."""

    def __init__(self) -> None:
        self._home: dict[Shape, int] = {}
        self._blocks: dict[int, set[Shape]] = {}
        self._fate: dict[Shape, Fate] = {}
        self._base: dict[Shape, Fate] = {}
        self._asked: set[Shape] = set()
        self._count = 0

    def settle(self, came: Sequence[Shape], went: Sequence[Shape]) -> set[Shape]:
        """Takes new and lost shapes in; the shapes whose members may have moved."""
        moved: set[Shape] = set()
        for shape in went:
            moved |= self._lose(shape)
        for shape in came:
            if shape.members:
                moved |= self._gain(shape)
        return moved | (self._judge() if came or went else set())

    def _gain(self, shape: Shape) -> set[Shape]:
        if not shape.located:
            self._base[shape] = self._fate[shape] = ("new", None)
            self._asked.add(shape)
            return {shape}
        blocks = sorted({self._home[it] for it in shape.near if it in self._home}, key=lambda n: -len(self._blocks[n]))
        if not blocks:
            self._count += 1
            self._blocks[self._count] = set()
            blocks = [self._count]
        main, *others = blocks
        moved = {shape} | {it for other in others for it in self._blocks.pop(other)}
        self._blocks[main] |= moved
        self._home |= dict.fromkeys(moved, main)
        self._ask(moved)
        return moved

    def _ask(self, placed: Iterable[Shape]) -> None:
        """What fits the unplaced shapes around these may be something else now."""
        self._asked |= {it for shape in placed for it in shape.near if not it.located}

    def _lose(self, shape: Shape) -> set[Shape]:
        self._fate.pop(shape, None)
        self._base.pop(shape, None)
        home = self._home.pop(shape, None)
        if home is None:
            return set()
        self._ask([shape])
        left = self._blocks[home] - {shape}
        parts = sorted(connected(left), key=len, reverse=True)
        self._blocks.pop(home)
        if parts:
            self._blocks[home] = parts[0]
        for part in parts[1:]:
            self._count += 1
            self._blocks[self._count] = part
            self._home |= dict.fromkeys(part, self._count)
        moved = {it for part in parts[1:] for it in part}
        self._ask(moved)
        return moved

    def _judge(self) -> set[Shape]:
        """The fates anew; the shapes whose fate is another one, or open."""
        for shape in self._asked & self._base.keys():
            homes = {self._home[it] for it in shape.near if it.located}
            self._base[shape] = (
                ("alone", None) if len(homes) > 1 else ("joined", min(homes)) if homes else ("open", None)
            )
        self._asked = set()
        fate = dict(self._base)
        unsure = [shape for shape, (word, _) in fate.items() if word == "joined" and _lured(shape, fate)]
        while unsure:
            shape = unsure.pop()
            if fate[shape][0] == "joined":
                fate[shape] = ("open", None)
                unsure += [it for it in shape.near if fate.get(it, ("", None))[0] == "joined"]
        changed = {shape for shape, it in fate.items() if self._fate[shape] != it or it[0] == "open"}
        self._fate = fate
        return changed

    def homes(self, shapes: Iterable[Shape]) -> Iterator[tuple[str, Home]]:
        """Where each member of the shapes, and of open ones connected with them, lives."""
        open_ones: set[Shape] = set()
        for shape in shapes:
            if not shape.members:
                continue
            word, home = ("joined", self._home[shape]) if shape.located else self._fate[shape]
            if word == "open":
                open_ones.add(shape)
            else:
                yield from ((it, ("alone", it) if word == "alone" else home) for it in shape.members)
        yield from self._in_order(open_ones)

    def home(self, shape: Shape, member: str) -> Home | None:
        """Where one member lives; None where that is decided in order, see `homes`."""
        if shape.located:
            return self._home[shape]
        word, home = self._fate[shape]
        return ("alone", member) if word == "alone" else home

    def _is_open(self, shape: Shape) -> bool:
        return self._fate.get(shape, ("", None))[0] == "open"

    def _in_order(self, shapes: set[Shape]) -> Iterator[tuple[str, Home]]:
        while shapes:
            block = _reach(shapes.pop(), self._is_open)
            shapes -= block
            if all(shape.self_same and shape.near == block - {shape} for shape in block):
                # All are the same among themselves and nothing else fits: the first founds what all others join.
                name = ("first", min(shape.number for shape in block))
                yield from ((it, name) for shape in block for it in shape.members)
            else:
                yield from self._gone_through(block)

    def _gone_through(self, block: set[Shape]) -> Iterator[tuple[str, Home]]:
        """As `clusters._join` does it. Shapes beside the block that always stay alone found clusters too."""
        beside = {it for shape in block for it in shape.near if not it.located and it not in block}
        line = sorted((it, shape) for shape in (*block, *beside) for it in shape.members)
        of: dict[Shape, set[Home]] = {}
        for shape in block:
            for it in shape.near:
                if it.located:
                    of.setdefault(it, set()).add(self._home[it])
        for member, shape in line:
            around = [*shape.near, shape] if shape.self_same else [*shape.near]
            fitting = {home for it in around for home in of.get(it, ())}
            alone = shape in beside or len(fitting) != 1
            home = ("alone", member) if alone else next(iter(fitting))
            of.setdefault(shape, set()).add(home)
            if shape in block:
                yield member, home


def _lured(shape: Shape, fate: dict[Shape, Fate]) -> bool:
    """Whether an unplaced neighbour may found a cluster that fits too, or carry the shape elsewhere."""
    return any(not it.located and fate[it] != fate[shape] for it in shape.near)


def connected(shapes: set[Shape]) -> list[set[Shape]]:
    """The parts of a set of shapes that hang together within it."""
    left, parts = set(shapes), []
    while left:
        part = _reach(next(iter(left)), left.__contains__)
        left -= part
        parts.append(part)
    return parts


def _reach(start: Shape, within: Callable[[Shape], bool]) -> set[Shape]:
    found, edge = {start}, [start]
    while edge:
        for it in edge.pop().near:
            if it not in found and within(it):
                found.add(it)
                edge.append(it)
    return found
