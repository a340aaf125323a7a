-- The planner takes columns for independent; these are not, and it then underestimates by far.

CREATE STATISTICS catalogue.title_medium_audience (ndistinct, dependencies)
    ON medium, audience_from FROM catalogue.title;

CREATE STATISTICS circulation.loan_history_medium_category (mcv)
    ON medium, category_code FROM circulation.loan_history;

CREATE STATISTICS membership.member_age_group
    ON (extract(year FROM born_on)), category_code FROM membership.member;

ALTER STATISTICS circulation.loan_history_medium_category SET STATISTICS 1000;

COMMENT ON STATISTICS membership.member_age_group IS 'Category follows from the year of birth, mostly.';
