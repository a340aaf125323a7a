-- The circle between households and their heads. Both ends are checked at commit, so the rows can be
-- written in either order; and the head is looked up together with the household, so nobody can be the
-- head of a household they do not live in.
ALTER TABLE membership.household
    ADD CONSTRAINT household_head_fkey FOREIGN KEY (household_id, head_member_id)
        REFERENCES membership.member (household_id, member_id)
        DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE membership.member
    ADD CONSTRAINT member_household_fkey FOREIGN KEY (household_id)
        REFERENCES membership.household (household_id)
        DEFERRABLE INITIALLY DEFERRED;
