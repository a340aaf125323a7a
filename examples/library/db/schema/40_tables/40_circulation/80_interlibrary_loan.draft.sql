-- Loans from other libraries: to be discussed with the county library before this goes anywhere.
-- The name of this file ends in .draft.sql, so .confitureignore keeps it out of the build.

CREATE TABLE circulation.interlibrary_loan (
    request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES membership.member,
    lending_library_id ... -- their list or ours?
    requested_at timestamptz NOT NULL DEFAULT now(),
    fee /* who pays the postage?
);
