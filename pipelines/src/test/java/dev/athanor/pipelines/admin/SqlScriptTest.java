package dev.athanor.pipelines.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlScriptTest {
    @Test
    void splitsAtSemicolonsOutsideTextsNamesAndComments() {
        assertThat(SqlScript.statements("select 1; select ';' ; \n select `a;b` from t;"))
                .containsExactly("select 1", "select ';'", "select `a;b` from t");
        assertThat(SqlScript.statements("select 'it\\'s; fine'; select \"x;\\\"y\""))
                .containsExactly("select 'it\\'s; fine'", "select \"x;\\\"y\"");
        assertThat(SqlScript.statements("-- first; not\nselect 1 -- one;\n; /* a; /* nested; */ b; */ select 2"))
                .containsExactly("-- first; not\nselect 1 -- one;", "/* a; /* nested; */ b; */ select 2");
        assertThat(SqlScript.statements("select 'open; text")).containsExactly("select 'open; text");
    }

    @Test
    void nothingIsNoStatement() {
        assertThat(SqlScript.statements("")).isEmpty();
        assertThat(SqlScript.statements(" ;;\n -- nothing;\n /* ; */ ;")).isEmpty();
    }
}
