package dev.athanor.engine.grammar;

import java.util.List;
import java.util.function.Consumer;

/**
 * The members of an object after its first brace, with the last one, in one order; {@code at} is twice the number of those
 * passed, and one more where any of them was written.
 */
final class MemberList implements Node.Compound {
    /**
     * A member.
     *
     * @param key its name, quoted, with colon
     */
    record Member(Node key, Node value, boolean required) {}

    private final List<Member> members;
    private final Node comma;
    private final Node close;

    MemberList(List<Member> members, Node comma, Node close) {
        this.members = members;
        this.comma = comma;
        this.close = close;
    }

    @Override
    public int cost(int at) {
        int sum = close.cost(0);
        boolean begun = (at & 1) == 1;
        for (int i = at >> 1; i < members.size(); i++) {
            Member member = members.get(i);
            if (member.required) {
                sum = Costs.sum(sum, Costs.sum(member.key.cost(0), member.value.cost(0)));
                sum = begun ? Costs.sum(sum, comma.cost(0)) : sum;
                begun = true;
            }
        }
        return sum;
    }

    @Override
    public void expand(int at, Item rest, Consumer<Item> to) {
        for (int i = at >> 1; i < members.size(); i++) {
            Member member = members.get(i);
            Item more = new Item(this, (i + 1) * 2 + 1, rest);
            Item item = new Item(member.key, 0, new Item(member.value, 0, more));
            to.accept((at & 1) == 1 ? new Item(comma, 0, item) : item);
            if (member.required) {
                return;
            }
        }
        to.accept(new Item(close, 0, rest));
    }
}
